"""A whole desk in virtual time: the cores that run in production, a heap of wake-ups, and no I/O."""

from vigie.simulation.simulation import Recorded, Simulation, installed_cores

__all__ = ["Recorded", "Simulation", "installed_cores"]
