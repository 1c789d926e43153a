"""The tests as one package, so that no other package of that name can take its place."""
