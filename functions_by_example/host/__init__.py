"""What the Functions host does, as a model: no host runs here. Each behaviour
names its source."""
