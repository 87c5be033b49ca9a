package display

import "image"

// Photographs have half as many colours as they have pixels, and what lies between them is the decoder's choice. Browsers
// smooth: these are the formulas of their decoders, libwebp (src/dsp/upsampling.c, yuv.h) and libjpeg-turbo (jdsample.c,
// jdcolor.c). So a WebP is what they make of it to the last bit.

// chroma is what the colours of a decoder become, row by row.
type chroma struct {
	m        *image.YCbCr
	u, v     []byte // of the row, one for each pixel
	tall     bool   // the colours of two rows are one
	wide     bool   // those of two columns are
	between  func(dst, near, far []byte)
	toPixels func(dst, y, u, v []byte)
}

// fromWebP draws what libwebp makes of an image whose chroma is halved both ways.
func fromWebP(to *image.RGBA, m *image.YCbCr) {
	c := chroma{m: m, tall: true, wide: true, between: webPColours, toPixels: webPPixels}
	c.draw(to)
}

// fromJPEG draws what libjpeg-turbo makes of an image.
func fromJPEG(to *image.RGBA, m *image.YCbCr) {
	c := chroma{m: m, toPixels: jpegPixels}
	few := (m.Rect.Dx()+1)/2 <= 2 // then it does not smooth across columns
	switch m.SubsampleRatio {
	case image.YCbCrSubsampleRatio420:
		c.tall, c.wide, c.between = true, true, jpegColours
		if few {
			c.between = doubled
		}
	case image.YCbCrSubsampleRatio422:
		c.wide, c.between = true, jpegColumns
		if few {
			c.between = doubled
		}
	case image.YCbCrSubsampleRatio444:
		c.between = func(dst, near, _ []byte) { copy(dst, near) }
	default:
		c.repeat(to)
		return
	}
	c.draw(to)
}

// draw draws all rows. Those above the first row of colours and below the last are taken for like these.
func (c *chroma) draw(to *image.RGBA) {
	width, height := c.m.Rect.Dx(), c.m.Rect.Dy()
	columns, rows := width, height
	if c.wide {
		columns = (width + 1) / 2
	}
	if c.tall {
		rows = (height + 1) / 2
	}
	c.u, c.v = make([]byte, width), make([]byte, width)
	for y := range height {
		near, far := y, y
		if c.tall {
			near, far = y/2, max(y/2-1, 0)
			if y%2 == 1 {
				far = min(y/2+1, rows-1)
			}
		}
		near, far = near*c.m.CStride, far*c.m.CStride
		c.between(c.u, c.m.Cb[near:near+columns], c.m.Cb[far:far+columns])
		c.between(c.v, c.m.Cr[near:near+columns], c.m.Cr[far:far+columns])
		c.toPixels(to.Pix[y*to.Stride:][:4*width], c.m.Y[y*c.m.YStride:][:width], c.u, c.v)
	}
}

// repeat draws all rows with colours that are repeated: nobody writes these.
func (c *chroma) repeat(to *image.RGBA) {
	width := c.m.Rect.Dx()
	c.u, c.v = make([]byte, width), make([]byte, width)
	for y := range c.m.Rect.Dy() {
		for x := range width {
			at := c.m.COffset(c.m.Rect.Min.X+x, c.m.Rect.Min.Y+y)
			c.u[x], c.v[x] = c.m.Cb[at], c.m.Cr[at]
		}
		c.toPixels(to.Pix[y*to.Stride:][:4*width], c.m.Y[y*c.m.YStride:][:width], c.u, c.v)
	}
}

// webPColours weighs the four nearest 9, 3, 3 and 1 times, at the edges two of them 3 and 1 times.
func webPColours(dst, near, far []byte) {
	dst[0] = byte((3*int(near[0]) + int(far[0]) + 2) >> 2)
	n, f := int(near[0]), int(far[0])
	for k := 1; 2*k-1 < len(dst); k++ {
		if k == len(near) {
			dst[2*k-1] = byte((3*n + f + 2) >> 2)
			return
		}
		n1, f1 := int(near[k]), int(far[k])
		all := n + n1 + f + f1 + 8
		dst[2*k-1] = byte(((all+2*(n1+f))>>3 + n) >> 1)
		if 2*k < len(dst) {
			dst[2*k] = byte(((all+2*(n+f1))>>3 + n1) >> 1)
		}
		n, f = n1, f1
	}
}

// jpegColours weighs likewise (h2v2_fancy_upsample).
func jpegColours(dst, near, far []byte) {
	now := 3*int(near[0]) + int(far[0])
	before := now
	for k := range near {
		next := now
		if k+1 < len(near) {
			next = 3*int(near[k+1]) + int(far[k+1])
		}
		dst[2*k] = byte((3*now + before + 8) >> 4)
		if 2*k+1 < len(dst) {
			dst[2*k+1] = byte((3*now + next + 7) >> 4)
		}
		before, now = now, next
	}
}

// jpegColumns is that for colours that are halved in one direction (h2v1_fancy_upsample).
func jpegColumns(dst, near, _ []byte) {
	for k := range near {
		before, now, next := int(near[max(k-1, 0)]), int(near[k]), int(near[min(k+1, len(near)-1)])
		dst[2*k] = byte((3*now + before + 1) >> 2)
		if 2*k+1 < len(dst) {
			dst[2*k+1] = byte((3*now + next + 2) >> 2)
		}
	}
}

func doubled(dst, near, _ []byte) {
	for x := range dst {
		dst[x] = near[x/2]
	}
}

// webPPixels makes pixels of brightness from 16 to 235 (BT.601).
func webPPixels(dst, y, u, v []byte) {
	for x, at := 0, 0; x < len(y); x, at = x+1, at+4 {
		luma, u, v := int(y[x])*19077>>8, int(u[x]), int(v[x])
		d := dst[at : at+4 : at+4]
		d[0] = clip((luma + v*26149>>8 - 14234) >> 6)
		d[1] = clip((luma - u*6419>>8 - v*13320>>8 + 8708) >> 6)
		d[2] = clip((luma + u*33050>>8 - 17685) >> 6)
		d[3] = 255
	}
}

// jpegPixels makes pixels of brightness from 0 to 255 (JFIF).
func jpegPixels(dst, y, u, v []byte) {
	for x, at := 0, 0; x < len(y); x, at = x+1, at+4 {
		luma, u, v := int(y[x]), int(u[x])-128, int(v[x])-128
		d := dst[at : at+4 : at+4]
		d[0] = clip(luma + (91881*v+32768)>>16)
		d[1] = clip(luma + (-22554*u-46802*v+32768)>>16)
		d[2] = clip(luma + (116130*u+32768)>>16)
		d[3] = 255
	}
}

func clip(v int) byte {
	if uint(v) > 255 {
		if v < 0 {
			return 0
		}
		return 255
	}
	return byte(v)
}
