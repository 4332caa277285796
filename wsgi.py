"""What gunicorn serves: `gunicorn wsgi:server`."""

from __future__ import annotations

from portal.server import create_server

server = create_server()
