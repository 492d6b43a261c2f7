"""What the host refuses: one function a rule, each with its source. The rules
were read in the host's code; no host runs here."""
