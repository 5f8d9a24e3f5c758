"""What the op-ed says, against solved games: arrangements compared, the map, documented numbers."""
