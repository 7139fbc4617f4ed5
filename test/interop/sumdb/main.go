// Reads a served log as golang.org/x/mod/sumdb/tlog does: checks the signed checkpoint, every tile against it, every entry against
// its tile, and inclusion and consistency proofs, its own and those that the server gives.
//
//	main URL VERIFIER-KEY TOKEN
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type server struct {
	url, token string
	tiles      map[string][]byte
}

func main() {
	if len(os.Args) != 4 {
		fail("usage: main URL VERIFIER-KEY TOKEN")
	}
	s := server{os.Args[1], os.Args[3], map[string][]byte{}}
	tree := s.checkpoint(os.Args[2])
	reader := tlog.TileHashReader(tree, s)

	root, err := tlog.TreeHash(tree.N, reader)
	check(err)
	require(root == tree.Hash, "the tiles do not have the root of the checkpoint")
	s.entries(tree, reader)

	var indices, sizes []int64
	for _, index := range []int64{0, 1, 255, 256, 257, tree.N / 2, tree.N - 1} {
		if index < tree.N {
			indices = append(indices, index)
			sizes = append(sizes, index+1)
		}
	}
	for _, index := range indices {
		leaves, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		check(err)
		own, err := tlog.ProveRecord(tree.N, index, reader)
		check(err)
		check(tlog.CheckRecord(own, tree.N, tree.Hash, index, leaves[0]))
		given := s.receipt(index)
		check(tlog.CheckRecord(given, tree.N, tree.Hash, index, leaves[0]))
		require(fmt.Sprint(own) == fmt.Sprint(given), "an inclusion proof differs")
	}
	for _, size := range sizes {
		old, err := tlog.TreeHash(size, reader)
		check(err)
		own, err := tlog.ProveTree(tree.N, size, reader)
		check(err)
		check(tlog.CheckTree(own, tree.N, tree.Hash, size, old))
		given := s.consistency(size, tree.N)
		check(tlog.CheckTree(given, tree.N, tree.Hash, size, old))
		require(fmt.Sprint(own) == fmt.Sprint(given), "a consistency proof differs")
	}
	result := map[string]any{"size": tree.N, "root": tree.Hash.String(), "inclusion": len(indices), "consistency": len(sizes)}
	check(json.NewEncoder(os.Stdout).Encode(result))
}

// checkpoint opens the signed note: origin, size, root.
func (s server) checkpoint(key string) tlog.Tree {
	verifier, err := note.NewVerifier(key)
	check(err)
	opened, err := note.Open(s.get("/checkpoint"), note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	require(lines[0] == verifier.Name(), "the checkpoint is of another log")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	hash, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: hash}
}

// entries compares every entry of every bundle with its leaf hash in the tree.
func (s server) entries(tree tlog.Tree, reader tlog.HashReader) {
	const width = 1 << height
	for first := int64(0); first < tree.N; first += width {
		n := min(width, tree.N-first)
		tile := tlog.Tile{H: height, L: 0, N: first / width, W: int(n)}
		bundle := s.get("/" + strings.Replace(path(tile), "tile/0/", "tile/entries/", 1))
		for index := first; index < first+n; index++ {
			size := int(binary.BigEndian.Uint16(bundle))
			data := bundle[2 : 2+size]
			bundle = bundle[2+size:]
			hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
			check(err)
			require(tlog.RecordHash(data) == hashes[0], fmt.Sprintf("entry %d is not the one in the tree", index))
		}
		require(len(bundle) == 0, "a bundle is longer than its entries")
	}
}

// receipt reads a C2SP tlog-proof: the hashes between the line with the index and the empty one.
func (s server) receipt(index int64) tlog.RecordProof {
	lines := strings.Split(string(s.get(fmt.Sprintf("/v1/statements/%d/receipt", index))), "\n")
	require(lines[0] == "c2sp.org/tlog-proof@v1" && lines[1] == fmt.Sprintf("index %d", index), "it is no receipt of the entry")
	proof := tlog.RecordProof{}
	for _, line := range lines[2:] {
		if line == "" {
			return proof
		}
		hash, err := tlog.ParseHash(line)
		check(err)
		proof = append(proof, hash)
	}
	fail("a receipt has no end")
	return nil
}

func (s server) consistency(from, to int64) tlog.TreeProof {
	var answer struct{ Hashes []string }
	check(json.Unmarshal(s.get(fmt.Sprintf("/v1/consistency?from=%d&to=%d", from, to)), &answer))
	proof := tlog.TreeProof{}
	for _, text := range answer.Hashes {
		raw, err := base64.StdEncoding.DecodeString(text)
		check(err)
		var hash tlog.Hash
		require(copy(hash[:], raw) == tlog.HashSize, "a hash has another length")
		proof = append(proof, hash)
	}
	return proof
}

// Height, ReadTiles and SaveTiles make a server a tlog.TileReader.
func (s server) Height() int { return height }

func (s server) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, known := s.tiles[tile.Path()]
		if !known {
			data = s.get("/" + path(tile))
		}
		all = append(all, data)
	}
	return all, nil
}

// SaveTiles gets tiles that were compared with the root.
func (s server) SaveTiles(tiles []tlog.Tile, data [][]byte) {
	for i, tile := range tiles {
		s.tiles[tile.Path()] = data[i]
	}
}

// path is the tile's path as C2SP tlog-tiles writes it: without the height, which is always 8.
func path(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
}

func (s server) get(path string) []byte {
	request, err := http.NewRequest(http.MethodGet, s.url+path, nil)
	check(err)
	if strings.HasPrefix(path, "/v1/") {
		request.Header.Set("Authorization", "Bearer "+s.token)
	}
	response, err := http.DefaultClient.Do(request)
	check(err)
	defer response.Body.Close()
	var body bytes.Buffer
	_, err = io.Copy(&body, response.Body)
	check(err)
	require(response.StatusCode == http.StatusOK, fmt.Sprintf("%s gives %d", path, response.StatusCode))
	return body.Bytes()
}

func check(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func require(holds bool, otherwise string) {
	if !holds {
		fail(otherwise)
	}
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
