"""The commands of the package, each a module with a main()."""
