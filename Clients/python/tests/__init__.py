"""Tests of the client, against the real server: python3 -m unittest discover -s Clients/python -t Clients/python"""
