"""What a game is: trees, their assessments, and numbers kept exact."""
