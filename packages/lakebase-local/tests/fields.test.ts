import { expect, test } from "vitest";
import { parseAnswer, readField, readList, readOptionalText, readText } from "../src/fields.ts";

const unreadable = "the daemon's answer is not readable: ";

test.each(["", "<html>", '{"name":', "undefined"])("the answer %j is refused as not JSON", (text) => {
  expect(() => parseAnswer(text)).toThrow(`${unreadable}it is not JSON`);
});

test.each([
  [{}, "missing"],
  [{ token: null }, "null"],
  [{ token: 5 }, "a number"],
  [{ token: ["s3cr3t"] }, "a list"],
  [{ token: { value: "s3cr3t" } }, "an object"],
  [null, "missing"],
  ["token", "missing"],
  [["token"], "missing"],
  [undefined, "missing"],
  [Object.create({ token: "inherited" }), "missing"],
])("text in %j: the error names the field and what it is, and shows no value", (answer, what) => {
  expect(() => readText(answer, "token")).toThrow(
    new Error(`${unreadable}'token' is ${what} where text is expected`),
  );
});

test("a field is that of the answer itself, and empty text is text", () => {
  expect(readText({ token: "" }, "token")).toBe("");
  expect(readField(JSON.parse('{"a":1}'), "toString")).toBeUndefined();
});

test("text that may be missing is no other value", () => {
  expect(readOptionalText({}, "next_page_token")).toBeUndefined();
  expect(readOptionalText({ next_page_token: "2" }, "next_page_token")).toBe("2");
  expect(() => readOptionalText({ next_page_token: 2 }, "next_page_token")).toThrow(
    "'next_page_token' is a number",
  );
});

test("a list that is missing is empty; something else is no list", () => {
  expect(readList({}, "branches")).toEqual([]);
  expect(readList({ branches: [1] }, "branches")).toEqual([1]);
  expect(() => readList({ branches: { 0: 1, length: 1 } }, "branches")).toThrow("'branches' is an object");
  expect(() => readList({ branches: "" }, "branches")).toThrow("'branches' is a string");
  expect(() => readList([], "branches")).toThrow(`${unreadable}it is a list where an object is expected`);
});
