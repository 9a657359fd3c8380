"""Measurements. Claims about speed are ratios from one run on one machine."""
