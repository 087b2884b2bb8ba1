"""What lives while a test runs: recorder, delivery context, patcher, the one shim for private pytest."""
