package document

import "slices"

// Field is one field of an object in a scenario file. An object's table of fields is all there is to say about it: it is read
// by the table, and the help, the reference page and the JSON schema are made from it.
type Field[T any] struct {
	// Name is the field's name in the file.
	Name string
	// Help is its meaning, for the author of a scenario.
	Help string
	// Read reads its value into the object.
	Read func(r Reader, to *T) Read
	// Set reports whether the object has a value for it; nil if that is not needed.
	Set func(of *T) bool

	rules rules
}

// shape returns which values the field takes.
func (f Field[T]) shape() Shape { return f.Read(Reader{}, new(T)).shape() }

// Object reads an object that has these fields, each at most once.
func Object[T any](r Reader, fields []Field[T], to *T) Read {
	return Read{shape: func() Shape { return objectShape(fields) }, Take: func(at string, n Node) error {
		reads := make(map[string]Read, len(fields))
		for _, f := range fields {
			reads[f.Name] = f.Read(r, to)
		}
		return r.object(at, n, reads)
	}}
}

// Objects reads an array of objects that have these fields.
func Objects[T any](r Reader, fields []Field[T], to *[]T) Read {
	return r.array(func() Shape { return objectShape(fields) }, func(at string, n Node) error {
		var one T
		err := Object(r, fields, &one).Take(at, n)
		*to = append(*to, one)
		return err
	})
}

// Map reads an object whose names are the user's to choose, and whose values have these fields.
func Map[T any](r Reader, fields []Field[T], to *map[string]T) Read {
	return r.Entries(func() Shape { return MapShape(objectShape(fields)) }, func(name, at string, n Node) error {
		var one T
		err := Object(r, fields, &one).Take(at, n)
		if *to == nil {
			*to = make(map[string]T)
		}
		(*to)[name] = one
		return err
	})
}

// Strings reads an array of strings.
func Strings(r Reader, to *[]string) Read {
	return r.array(textShape, func(at string, n Node) error {
		var value string
		err := Text(&value).Take(at, n)
		*to = append(*to, value)
		return err
	})
}

// Texts reads an object of strings whose names are the user's to choose.
func Texts(r Reader, to *map[string]string) Read {
	return r.Entries(func() Shape { return MapShape(textShape()) }, func(name, at string, n Node) error {
		var value string
		err := Text(&value).Take(at, n)
		if *to == nil {
			*to = make(map[string]string)
		}
		(*to)[name] = value
		return err
	})
}

// Value returns a field whose value goes to one place in the object: Value("id", "...", Text, func(k *Key) *string {...}).
func Value[T any, V comparable](name, help string, read func(*V) Read, place func(*T) *V) Field[T] {
	return Field[T]{
		Name: name, Help: help,
		Read: func(_ Reader, to *T) Read { return read(place(to)) },
		Set:  func(of *T) bool { return *place(of) != *new(V) },
	}
}

// Part returns a field whose value is an object that may be missing, in which case its pointer stays nil. What it does not
// say is as in usual.
func Part[T, V any](name, help string, fields []Field[V], usual V, place func(*T) **V) Field[T] {
	return Field[T]{
		Name: name, Help: help,
		Read: func(r Reader, to *T) Read {
			return Read{shape: func() Shape { return objectShape(fields) }, Take: func(at string, n Node) error {
				part := usual
				*place(to) = &part
				return Object(r, fields, &part).Take(at, n)
			}}
		},
		Set: func(of *T) bool { return *place(of) != nil },
	}
}

// Nested returns a field whose value is an object or an array.
func Nested[T any](name, help string, read func(Reader, *T) Read) Field[T] {
	return Field[T]{Name: name, Help: help, Read: read}
}

// Word returns the reader of one of the given words, a string type.
func Word[W ~string](words ...W) func(*W) Read {
	rows := make([]Row, len(words))
	for i, word := range words {
		rows[i].Name = string(word)
	}
	return Described[W](rows)
}

// Described returns what reads one of the words that have a table of their own. An unknown word is left to the check of the
// object, which knows more of it.
func Described[W ~string](words []Row) func(*W) Read {
	return func(to *W) Read {
		return Read{shape: func() Shape { return wordShape(words) }, Take: func(at string, n Node) error {
			var value string
			err := Text(&value).Take(at, n)
			if err == nil && value == "" {
				return n.Errorf(at, "it is empty: write a word, or leave the field out")
			}
			*to = W(value)
			return err
		}}
	}
}

// NamesOrObjects reads an array, each element of which is an object with these fields or, for short, a string: the value of
// the field of the given name.
func NamesOrObjects[T any](r Reader, fields []Field[T], name string, to *[]T) Read {
	short := fields[slices.IndexFunc(fields, func(f Field[T]) bool { return f.Name == name })]
	either := func() Shape { return shortOrObjectShape(short.shape(), objectShape(fields)) }
	return r.array(either, func(at string, n Node) error {
		var one T
		read := Object(r, fields, &one)
		if n.Kind() == "a string" {
			read = short.Read(r, &one)
		}
		err := read.Take(at, n)
		*to = append(*to, one)
		return err
	})
}
