"""How equilibria are found; knows nothing of deterrence."""
