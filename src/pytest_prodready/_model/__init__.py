"""What the words mean: frozen nouns, standard library only."""
