module Main (main) where
main :: IO ()
main = do
    let v = 0.5 -- the weight
    let p = 3.0
    let s = 0.25
    let q = v * p          -- what goes in
    let r = tanh(q)        -- what comes out
    let k = (r - s)**2     -- how wrong it is
    let dk_dr = 2*(r - s)  -- by what comes out
    let dk_dq = dk_dr * (1 - r**2) -- further back
    let dk_dv = dk_dq * q  -- by the weight
    let v_next = v - 0.1 * dk_dv
    print v_next
