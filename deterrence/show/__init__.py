"""Pictures and text of games, solutions and studies, whatever they are about."""
