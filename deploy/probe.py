"""`python -m deploy.probe [PATH]`: does the process of this container answer that it is ready? For container engines.

Exit code 0 if so. It asks the port that CANDO_PORT names, and says nothing but the status.
"""

import http.client
import os
import sys

TIMEOUT = 4.0


def main(arguments: list[str]) -> int:
    """Ask once; return the exit code."""
    path = arguments[0] if arguments else "/ready"
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("CANDO_PORT", "8000")), timeout=TIMEOUT)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    except OSError as error:
        print(f"{path}: {type(error).__name__}")
        return 1
    finally:
        connection.close()
    print(f"{path}: {status}")
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
