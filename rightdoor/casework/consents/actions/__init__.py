"""Acts of this slice, by what they are about: releases, coordination, orders, disclosures, and the clocks."""
