package document

// Field is one field of an object in a scenario file. An object's table of fields is all there is to say about it: it is read
// by the table, and the help is made from it.
type Field[T any] struct {
	// Name is the field's name in the file.
	Name string
	// Help says what it means, for somebody who writes a scenario.
	Help string
	// Read reads its value into the object.
	Read func(r Reader, to *T) Read
	// Set reports whether the object has a value for it; nil where nobody needs to know.
	Set func(of *T) bool
}

// Object reads an object that has these fields, each at most once.
func Object[T any](r Reader, fields []Field[T], to *T) Read {
	return func(at string, n Node) error {
		reads := make(map[string]Read, len(fields))
		for _, f := range fields {
			reads[f.Name] = f.Read(r, to)
		}
		return r.object(at, n, reads)
	}
}

// Objects reads an array of objects that have these fields.
func Objects[T any](r Reader, fields []Field[T], to *[]T) Read {
	return r.Array(func(at string, n Node) error {
		var one T
		err := Object(r, fields, &one)(at, n)
		*to = append(*to, one)
		return err
	})
}

// Map reads an object whose names are the user's to choose, and whose values have these fields.
func Map[T any](r Reader, fields []Field[T], to *map[string]T) Read {
	return r.Entries(func(name, at string, n Node) error {
		var one T
		err := Object(r, fields, &one)(at, n)
		if *to == nil {
			*to = make(map[string]T)
		}
		(*to)[name] = one
		return err
	})
}

// Strings reads an array of strings.
func Strings(r Reader, to *[]string) Read {
	return r.Array(func(at string, n Node) error {
		var value string
		err := Text(&value)(at, n)
		*to = append(*to, value)
		return err
	})
}

// Texts reads an object of strings whose names are the user's to choose.
func Texts(r Reader, to *map[string]string) Read {
	return r.Entries(func(name, at string, n Node) error {
		var value string
		err := Text(&value)(at, n)
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
			return func(at string, n Node) error {
				part := usual
				*place(to) = &part
				return Object(r, fields, &part)(at, n)
			}
		},
		Set: func(of *T) bool { return *place(of) != nil },
	}
}

// Nested returns a field whose value is an object or an array.
func Nested[T any](name, help string, read func(Reader, *T) Read) Field[T] {
	return Field[T]{Name: name, Help: help, Read: read}
}

// Word reads a string of a type of its own.
func Word[W ~string](to *W) Read {
	return func(at string, n Node) error {
		var value string
		err := Text(&value)(at, n)
		*to = W(value)
		return err
	}
}

// Raw reads any JSON value.
func Raw[V ~[]byte](to *V) Read {
	return func(_ string, n Node) error {
		*to = V(n.Raw)
		return nil
	}
}

// NamesOrObjects reads an array, each element of which is an object with these fields or, for short, a string: the value of
// one of them.
func NamesOrObjects[T any](r Reader, fields []Field[T], name func(*T) *string, to *[]T) Read {
	return r.Array(func(at string, n Node) error {
		var one T
		read := Object(r, fields, &one)
		if n.Kind() == "a string" {
			read = Text(name(&one))
		}
		err := read(at, n)
		*to = append(*to, one)
		return err
	})
}
