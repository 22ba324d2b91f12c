import { expect, test } from "vitest";
import { parseAnswer, readField, readList, readOptionalText, readText } from "../src/fields.ts";

const unreadable = "the daemon's answer is not readable: ";

test.each(["", "<html>", '{"name":', "undefined"])("refuses the answer %j as not JSON", (text) => {
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
])("names the field and its type, but no value, when %j lacks the text", (answer, what) => {
  expect(() => readText(answer, "token")).toThrow(
    new Error(`${unreadable}'token' is ${what} where text is expected`),
  );
});

test("reads only own properties, and accepts empty text", () => {
  expect(readText({ token: "" }, "token")).toBe("");
  expect(readField(JSON.parse('{"a":1}'), "toString")).toBeUndefined();
});

test("accepts an optional text that is missing, but no other type", () => {
  expect(readOptionalText({}, "next_page_token")).toBeUndefined();
  expect(readOptionalText({ next_page_token: "2" }, "next_page_token")).toBe("2");
  expect(() => readOptionalText({ next_page_token: 2 }, "next_page_token")).toThrow(
    "'next_page_token' is a number",
  );
});

test("reads a missing list as empty, and refuses any other type", () => {
  expect(readList({}, "branches")).toEqual([]);
  expect(readList({ branches: [1] }, "branches")).toEqual([1]);
  expect(() => readList({ branches: { 0: 1, length: 1 } }, "branches")).toThrow("'branches' is an object");
  expect(() => readList({ branches: "" }, "branches")).toThrow("'branches' is a string");
  expect(() => readList([], "branches")).toThrow(`${unreadable}it is a list where an object is expected`);
});
