"""What the suites share: an instance of the product, its clients, the contract their replies are held to.

instance.py  a throw-away instance: start, stop, faults, the database     client.py   a person or a key, over HTTP
library.py   the exercise library as the tests know it                    contract.py replies against openapi.json
fixtures.py  pytest fixtures every suite uses                             suite.py    runs one suite, prints its sum
cast.py      people in every role, made at once in the database      otp.py      an authenticator app
sample.py    a valid request for any row of the route tables         proc.py      what /proc says about a process
"""
from tests.lib.client import Client
from tests.lib.instance import Instance
from tests.lib.library import Library, offered

__all__ = ["Client", "Instance", "Library", "offered"]
