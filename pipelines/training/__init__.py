"""The parts of training a coder: its examples, its network, its thresholds."""
