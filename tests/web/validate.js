'use strict';
// node validate.js DIRECTORY: html-validate finds nothing wrong in any page below it. Prints how many.

const fs = require('fs');
const path = require('path');
const { HtmlValidate } = require('html-validate');

const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended'],
  rules: {
    'long-title': 'off', // a title is the subject of a mail
    'no-trailing-whitespace': 'off', // mails have it
    'valid-id': ['error', { relaxed: true }], // ids may begin with a digit since HTML 5
  },
});

function* pagesBelow(directory) {
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const name = path.join(directory, entry.name);
    if (entry.isDirectory()) yield* pagesBelow(name);
    else if (name.endsWith('.html')) yield name;
  }
}

let pages = 0;
const wrong = [];
for (const name of pagesBelow(process.argv[2])) {
  pages += 1;
  const report = validator.validateStringSync(fs.readFileSync(name, 'utf8'), name);
  for (const result of report.results)
    for (const message of result.messages) wrong.push(`${name}:${message.line}: ${message.ruleId}: ${message.message}`);
}
console.log(wrong.slice(0, 30).join('\n'));
console.log(`${pages} pages, ${wrong.length} faults`);
process.exit(wrong.length === 0 ? 0 : 1);
