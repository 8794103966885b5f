"""``vigie demo``: a desk's story, played on the real stack and checked against what was written down beforehand."""
