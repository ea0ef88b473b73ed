package document

import "slices"

// rules say which fields of an object go together. They are for tables and for the schema: a file is held to them by the
// check of the object, whose errors say what to do.
type rules struct {
	required bool
	or       string   // The alternative field: one of the two is required.
	not      []string // The fields that it does not go with.
	beside   string   // The field that it does not go without.
	goesWith condition
	neededBy condition
}

// condition is that another field has one of these values.
type condition struct {
	field  string
	values []string
}

// Required returns the field as one that no object is without, and that is not empty.
func (f Field[T]) Required() Field[T] {
	f.rules.required = true
	return f
}

// Or returns the field as one that an object has, unless it has another one in its place.
func (f Field[T]) Or(other string) Field[T] {
	f.rules.or, f.rules.not = other, append(f.rules.not, other)
	return f
}

// Not returns the field as one that does not go with others.
func (f Field[T]) Not(others ...string) Field[T] {
	f.rules.not = append(f.rules.not, others...)
	return f
}

// Beside returns the field as one that an object has only together with another.
func (f Field[T]) Beside(other string) Field[T] {
	f.rules.beside = other
	return f
}

// GoesWith returns the field as one that an object has only where another field has one of these values.
func (f Field[T]) GoesWith(other string, values ...string) Field[T] {
	f.rules.goesWith = condition{other, values}
	return f
}

// NeededBy returns the field as one that an object has wherever another field has one of these values.
func (f Field[T]) NeededBy(other string, values ...string) Field[T] {
	f.rules.neededBy = condition{other, values}
	return f
}

// conditions returns the rules as parts of a schema.
func (r rules) conditions(name string) (all []Schema) {
	if r.or != "" {
		all = append(all, Schema{"anyOf": []Schema{{"required": []string{name}}, {"required": []string{r.or}}}})
	}
	if len(r.not) > 0 {
		never := Schema{}
		for _, other := range r.not {
			never[other] = false
		}
		all = append(all, Schema{"if": Schema{"required": []string{name}}, "then": Schema{"properties": never}})
	}
	if r.beside != "" {
		all = append(all, Schema{"if": Schema{"required": []string{name}}, "then": Schema{"required": []string{r.beside}}})
	}
	if c := r.goesWith; c.field != "" {
		others := Schema{c.field: Schema{"not": Schema{"enum": c.values}}}
		all = append(all, Schema{"if": Schema{"properties": others}, "then": Schema{"properties": Schema{name: false}}})
	}
	if c := r.neededBy; c.field != "" {
		these := Schema{c.field: Schema{"enum": c.values}}
		all = append(all, Schema{
			"if": Schema{"properties": these, "required": []string{c.field}}, "then": Schema{"required": []string{name}},
		})
	}
	return all
}

// need says in a word or two when an object has the field.
func (r rules) need() string {
	switch {
	case r.required:
		return "yes"
	case r.or != "":
		return "this or `" + r.or + "`"
	case r.neededBy.field != "":
		return "with `" + r.neededBy.field + "` " + List(slices.Clone(r.neededBy.values))
	default:
		return ""
	}
}
