// Reads a calendar from standard input with ical.js, the library of Thunderbird, and prints when each event happens until
// a time: [UID, start, end, title], in seconds since 1970; days are meant in UTC.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const [until] = process.argv.slice(2).map(Number);
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const components = calendar.getAllSubcomponents("vevent");
const isException = (component) => component.hasProperty("recurrence-id");
const exceptions = components.filter(isException);
const found = [];

const add = (event, start, end) => {
  if (event.component.getFirstPropertyValue("status") !== "CANCELLED") {
    found.push([event.uid, start.toUnixTime(), end.toUnixTime(), event.summary]);
  }
};

for (const component of components) {
  if (isException(component)) continue;
  const uid = component.getFirstPropertyValue("uid");
  const own = exceptions.filter((each) => each.getFirstPropertyValue("uid") === uid);
  const event = new ICAL.Event(component, { exceptions: own });
  if (!event.isRecurring()) {
    add(event, event.startDate, event.endDate);
    continue;
  }
  const starts = event.iterator();
  for (let start = starts.next(); start && start.toUnixTime() < until; start = starts.next()) {
    const details = event.getOccurrenceDetails(start);
    add(details.item, details.startDate, details.endDate);
  }
}
console.log(JSON.stringify(found));
