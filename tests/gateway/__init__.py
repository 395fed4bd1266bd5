"""Tests of the edge and of the gateway's desk."""
