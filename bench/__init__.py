"""Benchmarks: whole tasks beside their peers."""
