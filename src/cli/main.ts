#!/usr/bin/env node
process.stdout.write("millrace\n");
