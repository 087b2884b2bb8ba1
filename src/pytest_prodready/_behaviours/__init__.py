"""One file a behaviour: which change to make, and which difference is a finding."""
