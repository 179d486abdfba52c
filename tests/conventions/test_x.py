from tests.conftest import client_of
from tests.conventions.workshop import X
import tests

def test_x() -> None:
    import sys
    print(tests, tests.__path__, client_of, X, sys.path[:3], sys.modules['tests.conftest'] is sys.modules[client_of.__module__])
    assert not X
