// Command peers checks a Keyhold log with the Go module checksum database's own code (golang.org/x/mod/sumdb), and
// makes notes, tiles and proofs with it for Keyhold to check. It shares no code with the TypeScript package.
//
//	peers check FOLDER   reads checkpoint, tiles and proofs, and fails on the first that Go does not accept
//	peers make FOLDER    writes a checkpoint, tiles and proofs of a tree that Go built
package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// proofs is proofs.json: hashes are standard base64.
type proofs struct {
	VerifierKey string        `json:"verifierKey"`
	WitnessKey  string        `json:"witnessKey,omitempty"`
	Inclusion   []inclusion   `json:"inclusion"`
	Consistency []consistency `json:"consistency"`
}

type inclusion struct {
	Index int64       `json:"index"`
	Data  string      `json:"data"`
	Proof []tlog.Hash `json:"proof"`
}

type consistency struct {
	From  int64       `json:"from"`
	Root  tlog.Hash   `json:"root"`
	Proof []tlog.Hash `json:"proof"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: peers check|make FOLDER")
		os.Exit(2)
	}
	run := map[string]func(string) error{"check": checkFolder, "make": makeFolder}[os.Args[1]]
	if run == nil {
		fmt.Fprintln(os.Stderr, "usage: peers check|make FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func checkFolder(folder string) error {
	given, err := readProofs(folder)
	if err != nil {
		return err
	}
	tree, witnesses, err := openCheckpoint(folder, given)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, tileFolder(folder))
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil {
		return fmt.Errorf("tiles: %w", err)
	}
	if root != tree.Hash {
		return errors.New("the tiles do not give the signed root")
	}
	if err := checkInclusion(tree, reader, given.Inclusion); err != nil {
		return err
	}
	if err := checkConsistency(tree, reader, given.Consistency); err != nil {
		return err
	}
	fmt.Printf("ok: %d leaves, %d inclusion proofs, %d consistency proofs, %d cosignatures\n",
		tree.N, len(given.Inclusion), len(given.Consistency), witnesses)
	return nil
}

func checkInclusion(tree tlog.Tree, reader tlog.HashReader, list []inclusion) error {
	for _, item := range list {
		data, err := base64.StdEncoding.DecodeString(item.Data)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(item.Proof, tree.N, tree.Hash, item.Index, tlog.RecordHash(data)); err != nil {
			return fmt.Errorf("inclusion of %d: %w", item.Index, err)
		}
		own, err := tlog.ProveRecord(tree.N, item.Index, reader)
		if err != nil || (len(own) > 0 && !reflect.DeepEqual([]tlog.Hash(own), item.Proof)) {
			return fmt.Errorf("inclusion of %d: Go proves it otherwise (%v)", item.Index, err)
		}
	}
	return nil
}

func checkConsistency(tree tlog.Tree, reader tlog.HashReader, list []consistency) error {
	for _, item := range list {
		if err := tlog.CheckTree(item.Proof, tree.N, tree.Hash, item.From, item.Root); err != nil {
			return fmt.Errorf("consistency from %d: %w", item.From, err)
		}
		own, err := tlog.ProveTree(tree.N, item.From, reader)
		if err != nil || (len(own) > 0 && !reflect.DeepEqual([]tlog.Hash(own), item.Proof)) {
			return fmt.Errorf("consistency from %d: Go proves it otherwise (%v)", item.From, err)
		}
	}
	return nil
}

// openCheckpoint verifies the log's signature, and the witness's where there is one.
func openCheckpoint(folder string, given proofs) (tlog.Tree, int, error) {
	text, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	log, err := note.NewVerifier(given.VerifierKey)
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	known := []note.Verifier{log}
	if given.WitnessKey != "" {
		witness, err := newCosignatureVerifier(given.WitnessKey)
		if err != nil {
			return tlog.Tree{}, 0, err
		}
		known = append(known, witness)
	}
	opened, err := note.Open(text, note.VerifierList(known...))
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	if len(opened.Sigs) != len(known) {
		return tlog.Tree{}, 0, fmt.Errorf("%d of %d signatures verify", len(opened.Sigs), len(known))
	}
	tree, err := parseCheckpoint(opened.Text, log.Name())
	return tree, len(known) - 1, err
}

func parseCheckpoint(text, origin string) (tlog.Tree, error) {
	rest := strings.TrimPrefix(text, origin+"\n")
	if rest == text {
		return tlog.Tree{}, errors.New("the checkpoint is of another log")
	}
	// tlog.ParseTree knows only the Go database's own first line; the lines after it are the same.
	return tlog.ParseTree([]byte("go.sum database tree\n" + rest))
}

// cosignatureVerifier is cosignature/v1 of c2sp.org/tlog-cosignature, written for this check.
type cosignatureVerifier struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newCosignatureVerifier(text string) (note.Verifier, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("malformed witness key")
	}
	hash, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, errors.New("malformed witness key")
	}
	return &cosignatureVerifier{parts[0], uint32(hash), key[1:]}, nil
}

func (v *cosignatureVerifier) Name() string    { return v.name }
func (v *cosignatureVerifier) KeyHash() uint32 { return v.hash }
func (v *cosignatureVerifier) Verify(text, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(signature), text)
	return ed25519.Verify(v.key, []byte(message), signature[8:])
}

// tileFolder reads tiles of height 8 from the paths of c2sp.org/tlog-tiles, which leave the height out.
type tileFolder string

func (folder tileFolder) Height() int { return 8 }

func (folder tileFolder) path(tile tlog.Tile) string {
	return filepath.Join(string(folder), strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
}

func (folder tileFolder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		bytes, err := os.ReadFile(folder.path(tile))
		if err != nil {
			return nil, err
		}
		data[i] = bytes
	}
	return data, nil
}

func (folder tileFolder) SaveTiles([]tlog.Tile, [][]byte) {}

// memory is Go's own storage of every hash, by its index.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = m[index]
	}
	return hashes, nil
}

const (
	madeLeaves = 70000
	madeOrigin = "go.example/log"
)

func makeFolder(folder string) error {
	stored, roots, err := growTree([]int64{1, 255, 256, 257, 65536, madeLeaves})
	if err != nil {
		return err
	}
	for _, tile := range tlog.NewTiles(8, 0, madeLeaves) {
		data, err := tlog.ReadTileData(tile, stored)
		if err != nil {
			return err
		}
		if err := writeFile(tileFolder(folder).path(tile), data); err != nil {
			return err
		}
	}
	key, err := signCheckpoint(folder, roots[madeLeaves])
	if err != nil {
		return err
	}
	made := proofs{VerifierKey: key}
	for _, index := range []int64{0, 255, 256, 65535, 65536, madeLeaves - 1} {
		proof, err := tlog.ProveRecord(madeLeaves, index, stored)
		if err != nil {
			return err
		}
		data := base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf("go leaf %d", index)))
		made.Inclusion = append(made.Inclusion, inclusion{index, data, proof})
	}
	for _, from := range []int64{1, 255, 256, 257, 65536, madeLeaves} {
		proof, err := tlog.ProveTree(madeLeaves, from, stored)
		if err != nil {
			return err
		}
		made.Consistency = append(made.Consistency, consistency{from, roots[from], proof})
	}
	text, err := json.Marshal(made)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(folder, "proofs.json"), text)
}

func growTree(sizes []int64) (memory, map[int64]tlog.Hash, error) {
	stored := memory{}
	roots := map[int64]tlog.Hash{}
	for n := int64(0); n < madeLeaves; n++ {
		hashes, err := tlog.StoredHashes(n, []byte(fmt.Sprintf("go leaf %d", n)), stored)
		if err != nil {
			return nil, nil, err
		}
		stored = append(stored, hashes...)
	}
	for _, size := range sizes {
		root, err := tlog.TreeHash(size, stored)
		if err != nil {
			return nil, nil, err
		}
		roots[size] = root
	}
	return stored, roots, nil
}

func signCheckpoint(folder string, root tlog.Hash) (string, error) {
	secret, public, err := note.GenerateKey(rand.Reader, madeOrigin)
	if err != nil {
		return "", err
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("%s\n%d\n%s\n", madeOrigin, madeLeaves, root)
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		return "", err
	}
	return public, writeFile(filepath.Join(folder, "checkpoint"), signed)
}

func readProofs(folder string) (proofs, error) {
	var given proofs
	text, err := os.ReadFile(filepath.Join(folder, "proofs.json"))
	if err != nil {
		return given, err
	}
	return given, json.Unmarshal(text, &given)
}

func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}
