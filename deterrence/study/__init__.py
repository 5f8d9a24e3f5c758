"""Many games at once, whatever they are about: points, grids and what kinds of play they hold."""
