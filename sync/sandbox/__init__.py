"""A strict ZGW receiver on loopback, to try deliveries on and to test them with.

What arrives here is meant to be invented: the page that shows it asks nobody for a password.
"""

from sync.sandbox.faults import Fault
from sync.sandbox.server import Sandbox, serve

__all__ = ["Fault", "Sandbox", "serve"]
