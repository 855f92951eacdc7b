"""Acts of this slice: reports made, holds, disposals, the monthly list, and forgetting what is over."""
