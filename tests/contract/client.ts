// A program on the generated types: pages through all releases, and reads what is not there as the error that it is.
import type { operations } from "./api.js";

declare const process: { argv: string[] };

type Answers<Id extends keyof operations> = operations[Id]["responses"];
type Body<Answer> = Answer extends { content: { "application/json": infer Read } } ? Read : never;
type Query<Id extends keyof operations> = NonNullable<operations[Id]["parameters"]["query"]>;
type Releases = Body<Answers<"releases_list">[200]>;
type Release = Body<Answers<"releases_get">[200]>;
type Missing = Body<Answers<"releases_get">[404]>;
type Faulty = Body<Answers<"releases_list">[400]>;

const server = process.argv[2];

async function list(query: Query<"releases_list">): Promise<{ rows: Releases; total: number }> {
  const parameters = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const answer = await fetch(`${server}/api/v1/releases?${parameters}`);
  if (!answer.ok) throw new Error(((await answer.json()) as Faulty).extra.errors[0]?.message);
  return { rows: (await answer.json()) as Releases, total: Number(answer.headers.get("X-Total-Count")) };
}

async function get(id: string): Promise<Release | Missing> {
  const answer = await fetch(`${server}/api/v1/releases/${id}`);
  return (await answer.json()) as Release | Missing;
}

async function all(): Promise<Releases> {
  const found: Releases = [];
  for (let currentPage = 1; ; currentPage++) {
    const { rows, total } = await list({ currentPage, pageSize: 100 });
    found.push(...rows);
    if (found.length >= total || rows.length === 0) return found;
  }
}

const [found, release, missing] = [await all(), await get("3.14.8"), await get("3.99")];
console.log(
  JSON.stringify({
    releases: found.length,
    different: new Set(found.map((each) => each.id)).size,
    supported: found.filter((each) => each.status === "bugfix" && each.is_latest_of_cycle).map((each) => each.cycle),
    installers: "files" in release ? release.files.filter((each) => each.kind === "installer").length : 0,
    missing: "status_code" in missing ? [missing.status_code, missing.detail] : [],
  }),
);
