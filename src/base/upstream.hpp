// Is the process that feeds our standard input still alive?
//
// When Postfix is stopped in the middle of a message, pipe(8) dies and our input simply ends, as
// if the message were complete. The one trace is that our parent is gone or on its way out.
#pragma once

#include "base/fd.hpp"

#include <sys/types.h>

namespace mn
{

class Upstream
{
public:
    /// Remembers the parent. Call it first thing, before anything is read.
    Upstream();

    /// False when the parent has ended or has begun to: then the message may be truncated.
    /// Also false if our parent was process 1 from the start: it takes in orphans and feeds nobody.
    bool alive() const;

    /// After the last byte was read, and before anything is done about it. Throws Error 4.3.0 when
    /// not alive().
    void require_alive() const;

private:
    bool is_exiting() const;

    pid_t parent_;
    Fd stat_; ///< /proc/PARENT/stat, opened early: a confined process could not do it later
};

} // namespace mn
