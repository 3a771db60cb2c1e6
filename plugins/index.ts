// Every built-in plugin: what `type:` finds without a word under `plugins:`.
import type { Plugin } from '../core/plugin.ts'
import consoleOutput from './outputs/console.ts'
import csvOutput from './outputs/csv.ts'
import fileOutput from './outputs/file.ts'
import forward from './outputs/forward.ts'
import jsonl from './outputs/jsonl.ts'
import sqlite from './outputs/sqlite.ts'
import combined from './parsers/combined.ts'
import common from './parsers/common.ts'
import cri from './parsers/cri.ts'
import csv from './parsers/csv.ts'
import docker from './parsers/docker.ts'
import embeddedJson from './parsers/embedded-json.ts'
import grok from './parsers/grok.ts'
import json from './parsers/json.ts'
import keyValue from './parsers/key-value.ts'
import klog from './parsers/klog.ts'
import log4j from './parsers/log4j.ts'
import logfmt from './parsers/logfmt.ts'
import postgres from './parsers/postgres.ts'
import regexParser from './parsers/regex.ts'
import syslog from './parsers/syslog.ts'
import text from './parsers/text.ts'
import dedupe from './filters/dedupe.ts'
import drop from './filters/drop.ts'
import redact from './filters/redact.ts'
import regex from './filters/regex.ts'
import age from './retention/age.ts'
import count from './retention/count.ts'
import erase from './retention/erase.ts'
import freeSpace from './retention/free-space.ts'
import size from './retention/size.ts'
import exec from './sources/exec.ts'
import file from './sources/file.ts'
import generator from './sources/generator.ts'
import http from './sources/http.ts'
import stdin from './sources/stdin.ts'
import sample from './filters/sample.ts'
import throttle from './filters/throttle.ts'
import fieldTagger from './taggers/field.ts'
import keywords from './taggers/keywords.ts'
import levelTagger from './taggers/level.ts'
import regexTagger from './taggers/regex.ts'
import staticTagger from './taggers/static.ts'

export const builtins: readonly Plugin[] = [
  exec, file, generator, http, stdin,
  combined, common, cri, csv, docker, embeddedJson, grok, json, keyValue, klog, log4j, logfmt, postgres, regexParser, syslog, text,
  fieldTagger, keywords, levelTagger, regexTagger, staticTagger,
  dedupe, drop, redact, regex, sample, throttle,
  consoleOutput, csvOutput, fileOutput, forward, jsonl, sqlite,
  age, count, erase, freeSpace, size,
]
