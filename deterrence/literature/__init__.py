"""Published models of deterrence, each a tree with formulas: no solutions, no closed forms."""
