"""Delivery to case systems over the ZGW APIs, and a sandbox that receives it on loopback."""
