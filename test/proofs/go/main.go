// Checks a log in tiles with Go's own libraries for transparency logs: its checkpoint's signature, every leaf against
// its entry, the root, and proofs of inclusion and consistency. Usage: verifier DIR VERIFIER
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type tiles struct{ dir string }

func (tiles) Height() int { return 8 }

// Go writes the height into a tile's path; tlog-tiles, whose height is always 8, does not.
func (t tiles) path(tile tlog.Tile) string {
	return filepath.Join(t.dir, strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		data, err := os.ReadFile(t.path(tile))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// The entries of a bundle, each behind its length in two bytes.
func (t tiles) entries(index int64, width int) ([][]byte, error) {
	tile := tlog.Tile{H: 8, L: 0, N: index, W: width}
	path := strings.Replace(t.path(tile), "/tile/0/", "/tile/entries/", 1)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		length := int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	return entries, nil
}

func check(err error, what string) {
	if err != nil {
		fmt.Printf("%s: %v\n", what, err)
		os.Exit(1)
	}
}

func main() {
	dir := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	check(err, "verifier")
	text, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	check(err, "checkpoint")
	signed, err := note.Open(text, note.VerifierList(verifier))
	check(err, "signature")
	lines := strings.Split(signed.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, "size")
	root, err := tlog.ParseHash(lines[2])
	check(err, "root")

	store := tiles{dir}
	tree := tlog.Tree{N: size, Hash: root}
	reader := tlog.TileHashReader(tree, store)
	computed, err := tlog.TreeHash(size, reader)
	check(err, "tree")
	if computed != root {
		check(fmt.Errorf("%v, signed %v", computed, root), "root")
	}
	for index := int64(0); index*256 < size; index++ {
		width := int(min(256, size-index*256))
		entries, err := store.entries(index, width)
		check(err, "entries")
		var indexes []int64
		for i := range entries {
			indexes = append(indexes, tlog.StoredHashIndex(0, index*256+int64(i)))
		}
		hashes, err := reader.ReadHashes(indexes)
		check(err, fmt.Sprintf("leaves of tile %d", index))
		for i, entry := range entries {
			if tlog.RecordHash(entry) != hashes[i] {
				check(fmt.Errorf("is not its leaf"), fmt.Sprintf("entry %d", index*256+int64(i)))
			}
		}
		if len(entries) != width {
			check(fmt.Errorf("%d entries, not %d", len(entries), width), "bundle")
		}
	}
	for n := int64(0); n < size; n += max(1, size/50) {
		leaf, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
		check(err, "leaf")
		proof, err := tlog.ProveRecord(size, n, reader)
		check(err, "inclusion")
		check(tlog.CheckRecord(proof, size, root, n, leaf[0]), "inclusion")
		earlier, err := tlog.TreeHash(n+1, reader)
		check(err, "earlier tree")
		consistency, err := tlog.ProveTree(size, n+1, reader)
		check(err, "consistency")
		check(tlog.CheckTree(consistency, size, root, n+1, earlier), "consistency")
	}
	fmt.Printf("verified %s: %d entries, root %s\n", lines[0], size, lines[2])
}
