#!/usr/bin/env python3
"""Stop or disturb mn-list-archive at every system call, then let it run again as cron would.

    archive-inject.py kill SCENE --tool mn-list-archive --scratch DIR
    archive-inject.py full SCENE --tool mn-list-archive --scratch DIR

kill: SIGKILL before every system call that the tool makes. full: every call that wants room on the
disk fails once with ENOSPC. Scenes:

    new      all pages of a list that has none
    add      posts are added to pages, threads and months that are there
    rebuild  all pages, because a setting has changed
    remove   a message is removed, and everything made anew
    private  pages that everybody could read become private
    import   an mbox becomes posts

After the next run every file, in the list and among the pages, has the bytes that a run without
faults leaves, and none is left over. In between nothing that is removed or private can be read
where it could not be read before: pages never are there without the password file.

Prints every broken promise and a line of figures; exits 1 if there was one.
"""

import argparse
import os
import pwd
import shutil
import subprocess
import sys

import injection

FINE, PROBLEM, FAILED = 0, 1, 2
LOCKS = (".lock", ".cats.lock")
ACCOUNT = "nobody"  # root would start a process for each list
TOOL = "../mn-list-archive"  # others may not look into our directories
HASH = "$6$salt$" + "x" * 86


def post(number, answers=None, attachment=False):
    fields = [f"From: Ann {number} <ann@example.net>", f"Subject: post {number}",
              f"Date: Sun, 1 Mar 2026 10:00:{number:02} +0000", f"Message-ID: <{number}@example.net>"]
    if answers:
        fields.append(f"References: <{answers}@example.net>")
    text = f"text of {number}\n"
    if attachment:
        fields += ["MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=x"]
        text = f"--x\n\n{text}--x\nContent-Type: image/png\n\npicture {number}\n--x--\n"
    return "\n".join(fields) + "\n\n" + text


POSTS = {1: post(1), 2: post(2, answers=1), 3: post(3, attachment=True), 4: post(4, answers=2),
         5: post(5, answers=3, attachment=True), 6: post(6)}


class Site:
    """One list, and its pages."""

    def __init__(self, options, worker):
        self.scene = options.scene
        self.place = f"{options.scratch}/{worker}"
        self.expected = None
        self.fresh = f"{options.scratch}/{worker}.fresh"
        os.makedirs(self.fresh)
        self.prepare()

    def write(self, name, text):
        path = f"{self.fresh}/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)

    def posts(self, last):
        for number in range(1, last + 1):
            self.write(f"cats/archive/{number}", POSTS[number])
        self.write("cats/index", str(last))

    def prepare(self):
        self.write("cats/control/listaddress", "cats@example.org\n")
        self.write("cats/control/archiveurl", "https://example.org/cats/\n")
        os.mkdir(f"{self.fresh}/out")
        self.give_away(self.fresh)
        if self.scene == "import":
            self.write("old.mbox", "".join(f"From ann Sun Mar  1 10:00:00 2026\n{text}\n"
                                           for text in POSTS.values()))
            return
        if self.scene == "new":
            self.posts(6)
            return
        self.posts(3)
        done = self.run_in(self.fresh, self.publish())
        if done.returncode != FINE:
            sys.exit(f"archive-inject.py: the first run ends with {done}")
        if self.scene == "add":
            self.posts(6)
        elif self.scene == "rebuild":
            self.write("cats/control/archive_addresses", "full\n")
        elif self.scene == "private":
            self.write("cats/control/archive_private", f"ann:{HASH}\n")

    def publish(self):
        return [TOOL, "--out", "out", "cats"]

    def command(self):
        if self.scene == "import":
            return [TOOL, "--import", "old.mbox", "cats"]
        more = ["--remove", "2@example.net"] if self.scene == "remove" else []
        return [TOOL, "--out", "out", *more, "cats"]

    def start_over(self):
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.fresh, self.place)
        self.give_away(self.place)

    @staticmethod
    def give_away(place):
        if os.geteuid() != 0:
            return
        account = pwd.getpwnam(ACCOUNT)
        for directory, _, names in os.walk(place):
            for name in (".", *names):
                os.chown(f"{directory}/{name}", account.pw_uid, account.pw_gid)

    def run_in(self, place, command):
        return subprocess.run(command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, check=False,
                              user=ACCOUNT if os.geteuid() == 0 else None)

    def run(self, strace=()):
        return self.run_in(self.place, (["strace", *strace] if strace else []) + self.command())

    def files(self):
        found = {}
        for directory, _, names in os.walk(self.place):
            for name in names:
                path = f"{directory}/{name}"
                if name not in LOCKS and name != "trace":
                    with open(path, "rb") as file:
                        found[os.path.relpath(path, self.place)] = file.read()
        return found

    def points(self):
        self.start_over()
        done = self.run(("-o", "trace"))
        if done.returncode != FINE:
            sys.exit(f"archive-inject.py: without faults it ends with {done}")
        found = injection.points(f"{self.place}/trace")
        self.expected = self.files()
        return found


def check_protection(verdict, site, where):
    """No page of a private list for everybody, once one was made private."""
    out = f"{site.place}/out/cats"
    pages = os.path.isdir(f"{out}/m")
    private = os.path.exists(f"{out}/.private")
    with open(f"{out}/index.html", encoding="utf-8") as page:
        is_made_private = "noindex" in page.read()
    verdict.claim(not pages or not is_made_private or private, where,
                  "private pages are there, but not .private")
    verdict.claim(not private or os.path.exists(f"{out}/.htpasswd"), where,
                  ".private is there, but no .htpasswd")


def difference(found, expected):
    names = sorted(name for name in found.keys() | expected.keys()
                   if found.get(name) != expected.get(name))
    return ", ".join(f"{name} ({'left over' if name not in expected else 'missing' if name not in found else 'differs'})"
                     for name in names)


def disturb(verdict, site, where, strace):
    site.start_over()
    run = site.run(strace)
    verdict.add({FINE: "went on", PROBLEM: "put off", FAILED: "put off"}.get(run.returncode, "killed"))
    verdict.claim(run.returncode in (FINE, PROBLEM, FAILED, 137) or run.returncode < 0, where,
                  f"ends with {run.returncode} {run.stdout}")
    if site.scene == "private":
        check_protection(verdict, site, where)
    if site.scene == "import" and (site.files().get("cats/index") == b"6"):
        return  # it was done
    retry = site.run()
    verdict.claim(retry.returncode == FINE, where, f"the next run fails: {retry.stdout}")
    wrong = difference(site.files(), site.expected)
    verdict.claim(not wrong, where, f"then {wrong}")


def kill_at(verdict, site, point):
    disturb(verdict, site, f"SIGKILL before {point[0]} {point[1]}",
            injection.at(point, "signal=KILL"))


def full_at(verdict, site, point):
    disturb(verdict, site, f"{point[0]} {point[1]} finds the disk full",
            injection.at(point, "error=ENOSPC"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("kill", "full"))
    parser.add_argument("scene", choices=("new", "add", "rebuild", "remove", "private", "import"))
    parser.add_argument("--tool", required=True)
    parser.add_argument("--scratch", required=True)
    options = parser.parse_args()

    shutil.copy(options.tool, f"{options.scratch}/mn-list-archive")
    os.chmod(options.scratch, 0o755)
    plain = Site(options, "points")
    points = plain.points()

    def make(number):
        site = Site(options, number)
        site.expected = plain.expected
        return site

    if options.what == "full":
        points = injection.wanting_room(points)
    experiment = kill_at if options.what == "kill" else full_at
    verdict = injection.everywhere(make, experiment, points)
    return injection.report(verdict, points, "killed", "put off")


if __name__ == "__main__":
    sys.exit(main())
