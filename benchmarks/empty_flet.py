"""The peer of `bench_start`: the smallest Flet app, served the same way, without a vault."""

import socket

import flet as ft
import uvicorn
from flet_web.fastapi import app


def main(page: ft.Page) -> None:
    """Show one line."""
    page.add(ft.Text("ready"))


def serve() -> None:
    """Print the address and serve on a free port of loopback."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{bound.getsockname()[1]}/", flush=True)
    asgi = app(main, no_cdn=True)
    uvicorn.Server(uvicorn.Config(asgi, log_level="critical", ws="websockets-sansio")).run([bound])


if __name__ == "__main__":
    serve()
