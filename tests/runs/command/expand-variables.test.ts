import { expect, test } from "vitest";
import { expandArgument, withMapped } from "../../../src/runs/command/expand-variables.ts";

const own = {
  PGHOST: "db.example",
  PGPORT: "5432",
  PGDATABASE: "shop",
  DATABASE_URL: "postgresql://u:p@h/shop",
};

test("builds the plan's variables from the experiment's, and a suite's from both", () => {
  const planned = withMapped(own, {
    JDBC_URL: `jdbc:postgresql://$PGHOST:$\{PGPORT}/$PGDATABASE`,
    DATABASE_URL: "$DATABASE_URL?schema=app",
    TEST_DATABASE_URL: "$DATABASE_URL",
    PRICE: "5$ or $$5",
  });
  expect(planned).toEqual({
    ...own,
    JDBC_URL: "jdbc:postgresql://db.example:5432/shop",
    DATABASE_URL: "postgresql://u:p@h/shop?schema=app",
    TEST_DATABASE_URL: "postgresql://u:p@h/shop",
    PRICE: "5$ or $5",
  });
  const { JDBC_URL, PRICE } = withMapped(planned, { JDBC_URL: "$JDBC_URL?ssl=true", PRICE: "7" });
  expect({ JDBC_URL, PRICE }).toEqual({
    JDBC_URL: "jdbc:postgresql://db.example:5432/shop?ssl=true",
    PRICE: "7",
  });
});

test("refuses an unset variable, and suggests the one that was meant", () => {
  expect(() => withMapped(own, { URL: "$DATABSE_URL" })).toThrow(
    expect.objectContaining({
      code: "unknown_variable",
      message: "env.URL in plan.json refers to $DATABSE_URL, which is not set.",
      hint: expect.stringContaining("$DATABASE_URL"),
    }),
  );
  expect(() => withMapped(own, { URL: "$constructor" })).toThrow(/\$constructor, which is not set/);
});

test("leaves unset variables in an argument", () => {
  expect(expandArgument(`$PGHOST $\{PGPORT} $NOWHERE $toString $$ $`, own)).toBe(
    "db.example 5432 $NOWHERE $toString $$ $",
  );
});
