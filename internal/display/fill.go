package display

import "image"

// rect adds a rectangle to a layer's path.
func (d *Display) rect(a []int) error {
	if a[3] < 0 || a[4] < 0 {
		return ErrInvalid
	}
	l, err := d.layer(a[0])
	if err != nil {
		return err
	}
	if !l.path.closed && len(l.path.rects) >= maxRects {
		return ErrBounds
	}
	l.path.begin()
	if err := d.fit(l, a[1], a[2], a[3], a[4]); err != nil {
		return err
	}
	l.path.rects = append(l.path.rects, image.Rect(a[1], a[2], a[1]+a[3], a[2]+a[4]))
	l.path.odd = l.path.odd || l.context.transformed
	return nil
}

// odd adds a line or a curve to a layer's path.
func (d *Display) odd(index int) error {
	return d.with(index, func(l *layer) {
		l.path.begin()
		l.path.odd = true
	})
}

func (d *Display) close(a []int) error {
	return d.with(a[0], func(l *layer) { l.path.closed = true })
}

func (d *Display) clip(a []int) error {
	return d.with(a[0], func(l *layer) {
		l.context.clipped, l.path.closed = true, true
	})
}

func (d *Display) identity(a []int) error {
	return d.with(a[0], func(l *layer) { l.context.transformed = false })
}

func (d *Display) push(a []int) error {
	l, err := d.layer(a[0])
	if err == nil && len(l.saved) >= maxStack {
		err = ErrBounds
	}
	if err == nil {
		l.saved = append(l.saved, l.context)
	}
	return err
}

func (d *Display) pop(a []int) error {
	return d.with(a[0], func(l *layer) {
		if n := len(l.saved); n > 0 {
			l.context, l.saved = l.saved[n-1], l.saved[:n-1]
		}
	})
}

// stroke draws a path's outline: what that looks like is not known here.
func (d *Display) stroke(m, index int) error {
	if !mask(m).known() {
		return ErrInvalid
	}
	return d.with(index, func(l *layer) {
		l.op, l.path.closed = mask(m), true
		l.blur(l.pix.Rect)
		d.touch(l)
	})
}

// pattern draws with a layer as a pattern, which is not known here either.
func (d *Display) pattern(m, index, from int) error {
	if _, err := d.layer(from); err != nil {
		return err
	}
	return d.stroke(m, index)
}

// cfill fills a path with a colour.
func (d *Display) cfill(a []int) error {
	for _, v := range a[2:6] {
		if v < 0 || v > 255 {
			return ErrInvalid
		}
	}
	if !mask(a[0]).known() {
		return ErrInvalid
	}
	return d.with(a[1], func(l *layer) {
		l.op, l.path.closed = mask(a[0]), true
		d.touch(l)
		switch {
		case l.path.odd:
			l.blur(l.pix.Rect)
		case len(l.path.rects) == 1:
			r := l.path.rects[0].Intersect(l.pix.Rect)
			l.draw(r, colour(r.Dx(), a[2], a[3], a[4], a[5]))
		case len(l.path.rects) > 1:
			l.fillAll(a[2], a[3], a[4], a[5])
		}
	})
}

// fillAll fills what any rectangle of the path covers, once.
func (l *layer) fillAll(r, g, b, a int) {
	var all image.Rectangle
	for _, rect := range l.path.rects {
		all = all.Union(rect.Intersect(l.pix.Rect))
	}
	one := colour(all.Dx(), r, g, b, a).row(0)
	row := make([]byte, len(one))
	l.draw(all, paint{func(y int) []byte {
		clear(row)
		for _, rect := range l.path.rects {
			if rect = rect.Intersect(l.pix.Rect); y+all.Min.Y >= rect.Min.Y && y+all.Min.Y < rect.Max.Y {
				copy(row[4*(rect.Min.X-all.Min.X):4*(rect.Max.X-all.Min.X)], one)
			}
		}
		return row
	}, false})
}
