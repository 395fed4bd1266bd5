"""The wheel of the image, built once for all tests here that want it."""

from pathlib import Path

import pytest

from tests.deploy.image import install


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the wheel is unpacked."""
    return install(tmp_path_factory.mktemp("build"), tmp_path_factory.mktemp("installed"))
