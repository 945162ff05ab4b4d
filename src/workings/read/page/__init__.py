"""Bytes → spans → stretches of mathematics and of prose; nothing is understood yet."""
