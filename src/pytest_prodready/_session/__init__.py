"""The memory of one pytest run: options, configuration, catalogue, evidence."""
