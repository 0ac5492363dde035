"""Where the machine keeps the certificate authorities it trusts."""

import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

_MACOS = Path("/etc/ssl/cert.pem")


def name_authorities(
    environ: MutableMapping[str, str] = os.environ, platform: str = sys.platform, bundle: Path = _MACOS
) -> None:
    """Points OpenSSL at macOS's own authorities, where the user did not name others with SSL_CERT_FILE or SSL_CERT_DIR.

    On Linux pyOpenSSL finds them; on macOS it finds them only where Homebrew's OpenSSL is installed.
    """
    is_named = environ.get("SSL_CERT_FILE") or environ.get("SSL_CERT_DIR")
    if platform == "darwin" and not is_named and bundle.exists():
        environ["SSL_CERT_FILE"] = str(bundle)
