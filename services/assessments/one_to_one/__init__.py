"""The assessment of one person: her answers, and the capabilities and needs that come out of them."""
