"""What the database itself holds true about keys."""

from __future__ import annotations

from typing import Final

# The faces may not delete a data key, except all of one subject's, by this function.
FORWARD: Final = """
CREATE FUNCTION crypto_shred(whose uuid, moment timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE gone integer;
BEGIN
  INSERT INTO crypto_shredding (subject, at) VALUES (whose, moment) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN NULL; END IF;
  DELETE FROM crypto_datakey WHERE subject = whose;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
"""
