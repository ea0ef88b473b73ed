//go:build unix

package credentials

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives a new file the owner of the one whose place it takes. Run by root, it would lock the user out otherwise.
func keepOwner(file *os.File, old fs.FileInfo) error {
	owner, ok := old.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	if mine, err := file.Stat(); err == nil {
		if now, ok := mine.Sys().(*syscall.Stat_t); ok && now.Uid == owner.Uid && now.Gid == owner.Gid {
			return nil
		}
	}
	return file.Chown(int(owner.Uid), int(owner.Gid))
}
